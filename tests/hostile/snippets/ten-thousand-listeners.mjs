import { createServer } from 'node:net';
let count = 0;
const next = () => {
  const server = createServer();
  server.on('error', (error) => {
    console.log(error.code, count > 500);
    process.exit(0);
  });
  server.listen(0, () => {
    if (++count === 10000) process.exit(1);
    next();
  });
};
next();
