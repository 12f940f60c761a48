import { writeSync } from 'node:fs';
writeSync(1, '{"event":"result","verdict":"EXITED","exit_code":0}\n\x1b[2J\x1b]0;title\x07\r\n\x00\x00\x00\x00\x05HELLO');
writeSync(2, 'EXITED 0\nready unix:/tmp/elsewhere\n');
process.exit(7);
