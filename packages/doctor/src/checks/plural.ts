/** Checks of credentials and clock against Plural, and of captured messages. */

import { createPlural, isPluralError } from '@plural-otp/core';
import { explainReturn, explainWebhook } from '@plural-otp/core/testing';
import { ok, pluralUrl, problem, skipped, warning, type Check } from '../check.ts';

const credentials: Check = {
  name: 'credentials',
  async run({ settings, fetch }) {
    const {
      PLURAL_ENVIRONMENT: environment = '',
      PLURAL_CLIENT_ID: clientId,
      PLURAL_CLIENT_SECRET: clientSecret,
    } = settings;
    if (!clientId || !clientSecret) return skipped('There are no credentials to try.');
    try {
      const plural = createPlural({
        environment: environment === 'uat' || environment === 'production' ? environment : { baseUrl: environment },
        clientId,
        clientSecret,
        fetch,
      });
      // Reads an order that no shop has, so that nothing is created.
      await plural.getOrderByReference('plural-otp-doctor-no-such-order');
    } catch (error) {
      if (!isPluralError(error)) throw error;
      if (error.code === 'API_REJECTED') return ok('Plural accepts the credentials.');
      if (error.code === 'CREDENTIALS_REJECTED') {
        return problem(
          'Plural rejects PLURAL_CLIENT_ID with PLURAL_CLIENT_SECRET.',
          'Copy both from the dashboard of this environment: uat and production have credentials of their own.',
        );
      }
      return problem(
        `Plural could not be asked: ${error.code}.`,
        'Check PLURAL_ENVIRONMENT, and that this machine may reach Plural, by its proxy if it has one.',
      );
    }
    return ok('Plural accepts the credentials.');
  },
};

const maxSkewSeconds = 30;

const clock: Check = {
  name: 'clock',
  async run({ settings, fetch, now }) {
    const url = pluralUrl(settings);
    if (!url) return problem('PLURAL_ENVIRONMENT is neither uat, production nor a URL.', 'Set it to one of them.');
    let date: string | null;
    try {
      ({
        headers: { date },
      } = await dateOf(fetch, url));
    } catch {
      return skipped('Plural did not respond, so that its clock is not known.');
    }
    if (date === null || Number.isNaN(Date.parse(date)))
      return skipped('Plural’s response has no date to compare with.');
    const skewSeconds = Math.round((now() - Date.parse(date)) / 1000);
    if (Math.abs(skewSeconds) <= maxSkewSeconds) return ok('This machine’s clock agrees with Plural’s.');
    return problem(
      `This machine’s clock is ${Math.abs(skewSeconds)} seconds ${skewSeconds > 0 ? 'ahead of' : 'behind'} Plural’s.`,
      'Synchronize it by NTP: webhooks older or newer than 300 seconds are rejected.',
    );
  },
};

async function dateOf(fetch: typeof globalThis.fetch, url: URL): Promise<{ headers: { date: string | null } }> {
  const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  return { headers: { date: response.headers.get('date') } };
}

const capturedReturn: Check = {
  name: 'captured return',
  async run({ settings: { PLURAL_RETURN_SECRET_KEY: secretKey = '' }, capturedReturn: form }) {
    if (form === undefined) {
      return skipped(
        'No return was captured.',
        'Save the body of one POST to /plural/return, and pass it as --return.',
      );
    }
    const explanation = await explainReturn(new URLSearchParams(form.trim()), { secretKey });
    if (explanation.verified) return ok('The captured return verifies with the key in hex.');
    const { wouldVerifyWith: reading } = explanation;
    if (reading) {
      const fields = reading.signedFields === 'all' ? '' : ` and signedFields ${reading.signedFields.join(', ')}`;
      return problem(
        `The captured return verifies with keyEncoding ${reading.keyEncoding}${fields}, not with the key in hex.`,
        `Pass returnSignature { keyEncoding: '${reading.keyEncoding}' }${fields} to createOtpHandler.`,
      );
    }
    return problem(
      `The captured return does not verify in any reading of the key: ${explanation.code ?? 'SIGNATURE_MISMATCH'}.`,
      'Use the key of the environment that the return came from, and capture the body as it arrived.',
    );
  },
};

const capturedWebhook: Check = {
  name: 'captured webhook',
  async run({ settings: { PLURAL_WEBHOOK_SECRET: secret = '' }, capturedWebhook: message }) {
    if (!message) {
      return skipped(
        'No webhook was captured.',
        'Save one as JSON { "headers", "body" }, with the body as it arrived, and pass it as --webhook.',
      );
    }
    // A captured webhook is old. Its signature is what is in question.
    const sentAtMs = Number(message.headers['webhook-timestamp']) * 1000;
    const explanation = await explainWebhook(message, { secret, now: () => sentAtMs });
    if (explanation.verified) return ok('The captured webhook verifies with the secret as the dashboard shows it.');
    if (explanation.wouldVerifyWith) {
      const { secretEncoding } = explanation.wouldVerifyWith;
      return problem(
        `The captured webhook verifies with the secret read as ${secretEncoding}, not as it is.`,
        `Pass webhook { secretEncoding: '${secretEncoding}' } to createOtpHandler.`,
      );
    }
    return problem(
      `The captured webhook does not verify in any reading of the secret: ${explanation.code ?? 'SIGNATURE_MISMATCH'}.`,
      'Use the secret of this webhook’s URL, and capture the body before anything parses it.',
    );
  },
};

const versions: Check = {
  name: 'versions',
  async run({ installed }) {
    const found = Object.entries(installed);
    if (found.length === 0)
      return skipped('No package of the kit is installed in this folder.', 'Run it in the shop’s folder.');
    const listed = found.map(([name, version]) => `${name} ${version}`).join(', ');
    const different = new Set(found.map(([, version]) => version.split('.').slice(0, 2).join('.')));
    if (different.size > 1) {
      return warning(
        `Script and backend have different versions: ${listed}.`,
        'Update the packages of the kit together.',
      );
    }
    return ok(`Script and backend have one version: ${found[0]?.[1] ?? ''}.`);
  },
};

/** The checks of this file. */
export const pluralChecks: readonly Check[] = [credentials, clock, capturedReturn, capturedWebhook, versions];
