CREATE TABLE IF NOT EXISTS verdicts (
  key TEXT PRIMARY KEY,
  order_reference TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  amount_paise INTEGER NOT NULL
);
