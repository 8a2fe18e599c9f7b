/** Hosts and origins of a server that listens on an address. */

/** Returns an address as the host of a URL: an IPv6 address in brackets. */
export function toUrlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** Returns the origin at which this machine reaches a server that listens on an address and port. */
export function toListeningOrigin(address: string, port: number): string {
  // Every interface is no address to send to.
  return `http://${['0.0.0.0', '::'].includes(address) ? '127.0.0.1' : toUrlHost(address)}:${port}`;
}
