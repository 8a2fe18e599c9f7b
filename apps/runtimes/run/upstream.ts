// For workerd: Plural as a service of its own.
import { answerAsUpstream } from '../suite/cross-request.ts';

export default { fetch: answerAsUpstream };
