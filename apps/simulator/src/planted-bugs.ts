/** Bugs that are planted into the kit to prove that the walks find them. */
import { otpActionBugs } from './planted-bugs/otp-actions.ts';
import { paymentBugs } from './planted-bugs/payments.ts';
import type { PlantedBug } from './planted-bugs/planted-bug.ts';
import { recordBugs } from './planted-bugs/records.ts';
import { verdictBugs } from './planted-bugs/verdicts.ts';

/** All planted bugs. */
export const plantedBugs: readonly PlantedBug[] = [...paymentBugs, ...otpActionBugs, ...verdictBugs, ...recordBugs];
