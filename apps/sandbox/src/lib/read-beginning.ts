/** Reads the beginning of a response, whose rest is not waited for. */

/** Returns at most `maxCharacters` of the body, and cancels the rest. */
export async function readBeginning(response: Response, maxCharacters: number): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < maxCharacters) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return `${text.slice(0, maxCharacters)}…`;
}
