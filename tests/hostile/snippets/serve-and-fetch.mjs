import { createServer } from 'node:http';
const server = createServer((request, response) => response.end(`you asked for ${request.url}`));
server.listen(0, '127.0.0.1', async () => {
  const answer = await fetch(`http://localhost:${server.address().port}/page`);
  console.log(await answer.text());
  server.close();
});
