import { connect } from 'node:net';

/** Sends bytes as they are and gives everything that came back until the other side closed, or until the wait is over. */
export function sendRaw(url: string, parts: readonly string[], waitMs = 5_000): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on('data', (part) => {
      answer += part.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
    for (const part of parts) socket.write(part);
  });
}
