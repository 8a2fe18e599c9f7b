/** Checks of the running shop, from outside. */

import { signWebhook } from '@plural-otp/core/testing';
import { ok, problem, skipped, warning, type Check, type Examination, type Verdict } from '../check.ts';

const reachAdvice = 'Start the shop, open its firewall, or renew its certificate.';
const notRunning = skipped('The shop’s URL was not given.', 'Start the shop and pass --url.');

/** Sends a request that ends in time, and never follows a redirect. */
async function send(examination: Examination, url: URL, init: RequestInit = {}): Promise<Response | undefined> {
  try {
    return await examination.fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000), ...init });
  } catch {
    return undefined;
  }
}

const callback: Check = {
  name: 'callback',
  async run(examination) {
    if (!examination.url) return notRunning;
    const url = new URL(`${examination.path}/return`, examination.url);
    const body = new URLSearchParams({ order_id: 'doctor', status: 'PROCESSED', signature: '0'.repeat(64) });
    // From the bank's page, as browsers send it: from another site.
    const headers = { origin: 'https://bank.example', 'sec-fetch-site': 'cross-site' };
    const response = await send(examination, url, { method: 'POST', body, headers });
    if (!response) return problem(`Nothing responds at ${url.href}.`, reachAdvice);
    if (response.status === 303) return ok('The return URL is reached, and a forged return is not believed.');
    const reason =
      response.status === 415
        ? 'A body parser rejects forms before the handler.'
        : response.status === 403
          ? 'Something rejects requests from another site before the handler.'
          : 'The handler is not mounted there.';
    return problem(
      `The return URL responds with ${response.status}. ${reason}`,
      `Mount the handler at ${examination.path}/*, before body parsers and CSRF filters.`,
    );
  },
};

/** Sends an event that no handler acts on, signed under one reading of the secret. */
async function isAccepted(examination: Examination, encoding: 'utf8' | 'base64'): Promise<number | undefined> {
  const { url, path, settings } = examination;
  const { PLURAL_WEBHOOK_SECRET: secret = '' } = settings;
  try {
    const event = { event_type: 'DOCTOR_CHECK', data: {} };
    const { headers, body } = await signWebhook({ secret, secretEncoding: encoding, body: event });
    const response = await send(examination, new URL(`${path}/webhook`, url), { method: 'POST', body, headers });
    return response?.status;
  } catch {
    // The secret cannot be read so.
    return undefined;
  }
}

const webhookSecret: Check = {
  name: 'webhook secret',
  async run(examination) {
    if (!examination.url) return notRunning;
    if (!examination.settings['PLURAL_WEBHOOK_SECRET']) return skipped('There is no webhook secret to sign with.');
    const asText = await isAccepted(examination, 'utf8');
    if (asText === 204 || asText === 200) return ok('The shop accepts webhooks signed with the secret as it is.');
    const decoded = await isAccepted(examination, 'base64');
    if (decoded === 204 || decoded === 200) {
      return warning(
        'The shop reads the webhook secret as Base64.',
        'That is right only if a captured webhook says so: pass one as --webhook.',
      );
    }
    if (asText === undefined) return problem('Nothing responds at the webhook URL.', reachAdvice);
    if (asText === 500) {
      return problem(
        'The webhook URL responds with 500.',
        'Mount the handler before body parsers: the signature covers the exact bytes.',
      );
    }
    return problem(
      `The shop rejects webhooks signed with PLURAL_WEBHOOK_SECRET in both readings, with ${asText}.`,
      'Give the shop the secret of these settings, and mount the handler for POST.',
    );
  },
};

interface Page {
  readonly response: Response;
  readonly html: string;
}

async function readPage(examination: Examination): Promise<Page | Verdict> {
  if (!examination.url) return notRunning;
  const response = await send(examination, examination.url);
  if (!response)
    return problem(
      `Nothing responds at ${examination.url.href}.`,
      'Start the shop, or pass the URL of its payment page as --url.',
    );
  if (response.status !== 200) {
    return skipped(`The page responds with ${response.status}.`, 'Pass the URL of the payment page as --url.');
  }
  return { response, html: await response.text() };
}

const policy: Check = {
  name: 'CSP',
  async run(examination) {
    const page = await readPage(examination);
    if (!('html' in page)) return page;
    const [, meta = ''] =
      /<meta[^>]*http-equiv="content-security-policy"[^>]*content="([^"]*)"/is.exec(page.html) ?? [];
    const header = page.response.headers.get('content-security-policy');
    const text = header ?? meta;
    const recommended =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    if (text === '') return problem('The page has no Content-Security-Policy.', `Send one, such as: ${recommended}`);
    const directives = new Map(
      text.split(';').map((part): [string, string[]] => {
        const [name = '', ...values] = part.trim().split(/\s+/);
        return [name.toLowerCase(), values];
      }),
    );
    const valuesOf = (name: string): readonly string[] =>
      directives.get(name) ?? directives.get('default-src') ?? ['*'];
    const scripts = valuesOf('script-src');
    const isNonced = scripts.some((value) => /^'(?:nonce|sha\d+)-/.test(value));
    const loose = ["'unsafe-inline'", "'unsafe-eval'", '*', 'https:', 'http:', 'data:'].filter(
      (value) => scripts.includes(value) && !(isNonced && value === "'unsafe-inline'"),
    );
    if (loose.length > 0) {
      return problem(
        `script-src allows ${loose.join(' ')}: any script may read the OTP.`,
        `Use a policy such as: ${recommended}`,
      );
    }
    if (
      !valuesOf('connect-src').some((value) => value === "'self'" || value === '*' || value === examination.url?.origin)
    ) {
      return problem(
        'connect-src does not allow the shop itself, so the step cannot reach its backend.',
        "Add 'self' to connect-src.",
      );
    }
    if (header === null || !directives.has('frame-ancestors')) {
      return warning('The policy does not forbid frames.', "Send it as a header, with frame-ancestors 'none'.");
    }
    return ok('The policy allows the shop’s own scripts alone, and forbids frames.');
  },
};

const integrity: Check = {
  name: 'integrity',
  async run(examination) {
    const page = await readPage(examination);
    if (!('html' in page)) return page;
    const tags = [...page.html.matchAll(/<script\b[^>]*>/gi)].map(([tag]) => tag);
    const tag = tags.find((text) => /src="[^"]*plural-otp[^"]*\.js"/i.test(text));
    if (tag === undefined) return skipped('The page loads no plural-otp.min.js; a bundle has hashes of its own.');
    const [, source = ''] = /src="([^"]*)"/i.exec(tag) ?? [];
    const [, hash] = /integrity="([^"]*)"/i.exec(tag) ?? [];
    const script = await send(examination, new URL(source, examination.url));
    if (script?.status !== 200)
      return problem(`The page’s script ${source} is not served.`, 'Serve the file of @plural-otp/element.');
    const bytes = await script.arrayBuffer();
    const digest = Buffer.from(await crypto.subtle.digest('SHA-384', bytes)).toString('base64');
    const served = `sha384-${digest}`;
    const change = `Add integrity="${served}" to its <script>, and update it with each version.`;
    if (hash === undefined) return problem(`The page loads ${source} without integrity.`, change);
    if (hash !== served)
      return problem(`The integrity of ${source} is not that of the file, so browsers refuse it.`, change);
    if (examination.installedIntegrity !== undefined && examination.installedIntegrity !== served) {
      return warning(
        'The served script is not that of the installed package.',
        'Copy it again: script and backend belong together.',
      );
    }
    return ok('The script has the hash that its page names.');
  },
};

const cookies: Check = {
  name: 'cookies',
  async run(examination) {
    const page = await readPage(examination);
    if (!('html' in page)) return page;
    const isHttps = examination.url?.protocol === 'https:';
    const weak = page.response.headers.getSetCookie().flatMap((cookie) => {
      const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim());
      const has = (name: string): boolean => attributes.some((text) => text.toLowerCase().split('=')[0] === name);
      const missing = ['Secure', 'HttpOnly', 'SameSite'].filter(
        (name) => !has(name.toLowerCase()) && !(name === 'Secure' && !isHttps),
      );
      return missing.length > 0 ? [`${pair.split('=')[0]} lacks ${missing.join(', ')}`] : [];
    });
    if (weak.length === 0) return ok('No cookie of the page is open to scripts, other sites or plain http.');
    return warning(`Cookies of the page: ${weak.join('; ')}.`, 'Set the attributes. The kit itself needs no cookie.');
  },
};

/** Returns the code by which the runtime rejects the shop's certificate. */
async function findCertificateFault({ url, fetch }: Examination): Promise<string | undefined> {
  if (url?.protocol !== 'https:') return undefined;
  try {
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    return undefined;
  } catch (error) {
    const { cause } = error as { cause?: { code?: unknown } };
    const code = typeof cause?.code === 'string' ? cause.code : '';
    return /CERT|SIGNATURE|ALTNAME/.test(code) ? code : undefined;
  }
}

const transportHeaders: Check = {
  name: 'strict transport',
  async run(examination) {
    const fault = await findCertificateFault(examination);
    if (fault !== undefined) {
      return problem(
        `The certificate of ${examination.url?.host} is not trusted: ${fault}.`,
        'Serve one for this host that browsers trust, with its whole chain. For one of your own, set NODE_EXTRA_CA_CERTS.',
      );
    }
    const page = await readPage(examination);
    if (!('html' in page)) return page;
    if (examination.url?.protocol !== 'https:') return skipped('The shop is reached by plain http, on this machine.');
    if (page.response.headers.has('strict-transport-security')) return ok('Browsers are told to use https alone.');
    return warning('The page has no Strict-Transport-Security.', 'Send: Strict-Transport-Security: max-age=31536000');
  },
};

/** The checks of this file. */
export const shopChecks: readonly Check[] = [callback, webhookSecret, policy, integrity, cookies, transportHeaders];
