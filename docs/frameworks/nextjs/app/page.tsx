import { Checkout } from './checkout';
import { resumePayment } from './shop';

/** The card page. After a reload its address names the order, and the server renders the step of that order's payment. */
export default async function Page({ searchParams }: { searchParams: Promise<{ order?: string }> }) {
  const { order } = await searchParams;
  return <Checkout started={order ? await resumePayment(order) : undefined} />;
}
