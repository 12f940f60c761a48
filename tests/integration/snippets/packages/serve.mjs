import { once } from 'node:events';
import { createServer } from 'node:http';

// Calls `use` with the address of a server for `handler`, and closes that afterwards.
export default async function serve(handler, use) {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
