/** After a reload the address names the order, and the server renders the step of that order's payment. */
export async function load({ url }) {
  const order = url.searchParams.get('order');
  if (!order) return {};
  // Stands for `resumePayment` of `@plural-otp/edge` in the backend.
  const response = await fetch(`${process.env.BACKEND_ORIGIN}/pay`, {
    method: 'POST',
    body: JSON.stringify({ order }),
  });
  return { client: await response.json() };
}
