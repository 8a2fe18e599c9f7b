// Urdu (اردو). Open: a native speaker's review of these messages.
import type { PageMessages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Urdu; names and amounts are isolated, so that each runs in its own direction. */
export const ur: PageMessages = {
  language: 'ur-IN',
  direction: 'rtl',
  money: 'en-IN',

  step: 'کارڈ سے ادائیگی',
  shop: 'دکان',
  amount: 'رقم',
  fee: 'اس میں \u2066{fee}\u2069 فیس شامل ہے',
  ending: 'کارڈ کے آخری ہندسے',
  reference: 'حوالہ نمبر',

  label: 'بینک سے ملا OTP',
  hint: 'یہ SMS، ای میل یا ایپ پر آتا ہے۔ دیکھ لیں کہ اس میں \u2068{merchant}\u2069 اور \u2066{amount}\u2069 لکھا ہو۔',
  lookAt: 'یہاں دیکھیں: \u2066{destination}\u2069',
  submit: 'ادائیگی کی تصدیق کریں',
  submitting: 'OTP کی جانچ ہو رہی ہے',
  noCodeYet: 'OTP نہیں ملا؟',
  resend: 'نیا OTP منگوائیں',
  resending: 'نیا OTP منگوایا جا رہا ہے',
  resendIn: '{time} میں',
  resendWait: 'آپ {time} بعد نیا OTP منگوا سکتے ہیں۔',
  resendReady: 'اب آپ نیا OTP منگوا سکتے ہیں۔',
  bank: 'اس کے بجائے بینک کے صفحے پر جائیں',
  bankMain: 'بینک کے صفحے پر آگے بڑھیں',
  cancel: 'ادائیگی منسوخ کریں',
  check: 'دوبارہ دیکھیں',
  start: 'OTP منگوائیں',
  retry: 'دوبارہ کوشش کریں',
  triesLeft_one: 'آپ کا بینک {count} اور کوشش کرنے دے گا۔',
  triesLeft_other: 'آپ کا بینک {count} اور کوششیں کرنے دے گا۔',

  idle: 'اپنی ادائیگی کی تصدیق کریں',
  idleText: 'آپ کا بینک OTP سے اس ادائیگی کی تصدیق کرتا ہے۔',
  atBank: 'اپنے بینک کے پاس آگے بڑھیں',
  generating: 'بینک سے OTP منگوایا جا رہا ہے',
  generatingText: 'اس میں چند سیکنڈ لگتے ہیں۔',
  confirming: 'بینک سے تصدیق کی جا رہی ہے',
  confirmingText: 'یہ صفحہ کھلا رکھیں۔ اس میں ایک منٹ لگ سکتا ہے۔',
  redirecting: 'آپ کو بینک کے صفحے پر لے جایا جا رہا ہے',
  redirectingText: 'اگر کچھ نہ ہو تو بٹن دبائیں۔',
  unresolved: 'آپ کے بینک نے ابھی جواب نہیں دیا',
  unresolvedText: 'ہم پوچھتے رہیں گے۔ دوبارہ دیکھنے یا OTP دوبارہ درج کرنے سے آپ کے پیسے دو بار نہیں کٹ سکتے۔',
  authorized: 'ادائیگی کی تصدیق ہو گئی',
  authorizedText: 'آپ کے بینک نے \u2068{merchant}\u2069 کو \u2066{amount}\u2069 کی ادائیگی منظور کر دی۔',
  failed: 'ادائیگی مکمل نہیں ہوئی',
  failedText: 'آپ کے بینک نے اسے منظور نہیں کیا۔',
  exhausted: 'یہ ادائیگی ختم ہو گئی ہے',
  exhaustedText: 'کئی بار غلط OTP درج کیا گیا۔ ادائیگی نہیں ہوئی۔',
  superseded: 'اس آرڈر کی ادائیگی پہلے ہی ہو چکی ہے',
  supersededText: 'ایک دوسری ادائیگی کامیاب ہو گئی۔ دوبارہ ادائیگی نہ کریں۔',
  cancelled: 'آپ نے یہ ادائیگی منسوخ کر دی',
  cancelledText: 'اگر پھر بھی پیسے کٹے ہوئے نظر آئیں تو \u2068{merchant}\u2069 کو نیچے دیا گیا حوالہ نمبر بتائیں۔',
  expired: 'یہ صفحہ بہت دیر تک کھلا رہا',
  expiredText: 'آگے بڑھنے کے لیے صفحہ دوبارہ لوڈ کریں۔ جس ادائیگی کی آپ تصدیق کر چکے ہیں وہ ضائع نہیں ہوگی۔',

  useAnotherCard: 'کسی دوسرے کارڈ سے ادائیگی کریں۔',
  contactIssuer: 'اپنے بینک کو فون کریں، یا کسی دوسرے کارڈ سے ادائیگی کریں۔',
  checkFunds: 'اپنا بیلنس اور کارڈ کی حدیں دیکھیں، یا کسی دوسرے کارڈ سے ادائیگی کریں۔',
  checkDetails: 'کارڈ کی تفصیلات دیکھیں، پھر دوبارہ ادائیگی کریں۔',
  payAgain: 'آپ دوبارہ ادائیگی کر سکتے ہیں۔',
  tryLater: 'بعد میں دوبارہ کوشش کریں۔',
  orderCancelled: 'یہ آرڈر منسوخ کر دیا گیا ہے۔',

  empty: 'بینک سے ملا OTP درج کریں۔',
  wrongLength: 'OTP میں {digits} ہندسے ہوتے ہیں۔ دیکھ لیں کہ وہ مکمل ہے۔',
  sameCode: 'آپ کے بینک نے یہ OTP قبول نہیں کیا تھا۔ اسے درست کریں، یا نیا OTP منگوائیں۔',
  noCode: 'اس متن میں کوئی OTP نہیں ہے۔ صرف OTP پیسٹ یا ٹائپ کریں۔',
  severalCodes: 'اس متن میں ایک سے زیادہ نمبر ہیں۔ صرف OTP پیسٹ یا ٹائپ کریں۔',
  lastMiss:
    'یہ OTP بھی قبول نہیں ہوا۔ ایک اور غلط OTP سے آپ کا کارڈ بلاک ہو سکتا ہے۔ بینک کا صفحہ زیادہ محفوظ طریقہ ہے۔',

  OTP_NOT_ACCEPTED: 'یہ OTP قبول نہیں ہوا۔ اسے سب سے نئے پیغام سے ملائیں۔',
  OTP_MAYBE_NOT_SENT: 'ہو سکتا ہے بینک نے OTP نہ بھیجا ہو۔ اگر نہ آئے تو نیا OTP منگوائیں۔',
  RESEND_TOO_EARLY: 'نیا OTP منگوانے میں ابھی تھوڑا وقت ہے۔',
  RESEND_LIMIT: 'آپ کا بینک اور OTP نہیں بھیجے گا۔ سب سے نیا OTP درج کریں، یا بینک کے صفحے پر جائیں۔',
  NATIVE_OTP_UNAVAILABLE: 'آپ کا بینک OTP اپنے ہی صفحے پر لیتا ہے۔',
  BUSY: 'آپ کا بینک مصروف ہے۔ کچھ ضائع نہیں ہوا: تھوڑی دیر میں دوبارہ کوشش کریں۔',
  BACKEND_UNREACHABLE: 'دکان سے جواب نہیں مل رہا۔ اپنا انٹرنیٹ دیکھیں، پھر دوبارہ کوشش کریں۔',
  INTERNAL: 'دکان کی طرف سے کوئی خرابی ہوئی۔ دوبارہ کوشش کریں، یا بینک کے صفحے پر جائیں۔',

  otpSent: 'آپ کا بینک آپ کو OTP بھیج رہا ہے۔',
  otpResent: 'نیا OTP بھیجا جا رہا ہے۔ صرف سب سے نیا OTP کام کرے گا۔',
  newerOtpPossible: 'ہو سکتا ہے بینک نے اور نیا OTP بھیجا ہو۔ سب سے نیا OTP درج کریں۔',
  offline: 'آپ آف لائن ہیں۔ کچھ ضائع نہیں ہوا: کنکشن واپس آتے ہی ہم آگے بڑھیں گے۔',
  online: 'آپ دوبارہ آن لائن ہیں۔',

  // The page without script alone.
  tooShort: 'OTP میں کم از کم 4 ہندسے ہوتے ہیں۔ دیکھ لیں کہ وہ مکمل ہے۔',
  tooLong: 'OTP میں زیادہ سے زیادہ 8 ہندسے ہوتے ہیں۔ اسے پیغام سے ملائیں۔',
  sentBefore:
    'یہ صفحہ پہلے ہی بھیجا جا چکا تھا۔ اگر آپ نے اس کے بعد OTP بدلا ہے تو نیا OTP نہیں بھیجا گیا: اسے دوبارہ درج کریں۔',
  goOnText:
    'آگے بڑھنے کے لیے \u2068{merchant}\u2069 پر واپس جائیں۔ جس ادائیگی کی آپ تصدیق کر چکے ہیں وہ ضائع نہیں ہوگی۔',
  payAgainLink: 'دوبارہ ادائیگی کریں',
  backLink: '\u2068{merchant}\u2069 پر واپس جائیں',
  refused: 'یہ صفحہ استعمال نہیں کیا جا سکتا',
  refusedText: 'آپ کے بینک کو کچھ نہیں بھیجا گیا۔ آگے بڑھنے کے لیے \u2068{merchant}\u2069 پر واپس جائیں۔',
  unavailable: 'یہ ابھی نہیں ہو سکا',
  unavailableText: 'کچھ ضائع نہیں ہوا، اور پیسے دو بار نہیں کٹے۔ تھوڑی دیر میں دوبارہ کوشش کریں۔',
};

registerLocale('ur', ur);
