import { setPriority } from 'node:os';
try {
  setPriority(-20);
  console.log('raised');
} catch (error) {
  console.log(error.code === 'ERR_SYSTEM_ERROR' ? error.info.code : error.code);
}
