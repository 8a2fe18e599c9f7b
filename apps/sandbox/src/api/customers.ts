/** Customers: create, read by id, read by reference. */
import { type ApiResponse, errorResponse, ok } from './response.ts';
import { addCustomer, type CustomerIdentity, findCustomer, serializeCustomer } from '../state/vault.ts';
import type { SandboxContext } from '../state/context.ts';

/** Creates a customer. The response says INACTIVE, as the vendor's sample does; a later one says ACTIVE. */
export function createCustomer(context: SandboxContext, body: CustomerIdentity): ApiResponse {
  const earlier = findCustomer(context, body);
  if (earlier !== undefined) {
    return context.settings.duplicates === 'existing'
      ? ok(serializeCustomer(earlier))
      : errorResponse(422, 'DUPLICATE_REQUEST', 'A customer with this reference or mobile number already exists');
  }
  return ok({ ...serializeCustomer(addCustomer(context, body)), status: 'INACTIVE' });
}

/** Returns a customer by its id. */
export function getCustomer({ state }: SandboxContext, id: string): ApiResponse {
  const customer = state.customers.get(id);
  return customer === undefined ? customerNotFound() : ok(serializeCustomer(customer));
}

const queryNames = ['country_code', 'mobile_number', 'merchant_customer_reference'] as const;

/** Returns a customer by country code, mobile number and merchant reference; all three are required. */
export function getCustomerByDetails(context: SandboxContext, query: URLSearchParams): ApiResponse {
  const missing = queryNames.find((name) => (query.get(name) ?? '') === '');
  if (missing !== undefined) {
    return errorResponse(context.settings.invalidRequestStatus, 'INVALID_REQUEST', `The query must have ${missing}`, {
      additional_error_details: { source: missing, step: 'validation', reason: 'must be present' },
    });
  }
  const customer = findCustomer(context, {
    merchant_customer_reference: query.get('merchant_customer_reference') ?? '',
  });
  const isSame = queryNames.every((name) => customer?.details[name] === query.get(name));
  return customer === undefined || !isSame ? customerNotFound() : ok(serializeCustomer(customer));
}

/** Creates the error of an unknown customer. Its code is the sandbox's own: none is published. */
export const customerNotFound = (): ApiResponse => errorResponse(404, 'CUSTOMER_NOT_FOUND', 'Customer not found');
