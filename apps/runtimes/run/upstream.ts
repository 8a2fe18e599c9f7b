// For workerd: Plural as a service of its own.
import { answerAsUpstream } from '../suite/answered.ts';

export default { fetch: answerAsUpstream };
