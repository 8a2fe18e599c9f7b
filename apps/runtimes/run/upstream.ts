// For workerd: Plural as a service of its own.
import { handleUpstream } from '../suite/cross-request.ts';

export default { fetch: handleUpstream };
