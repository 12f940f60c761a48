import { execSync } from 'node:child_process';
try {
  execSync('id');
  console.log('started');
} catch (error) {
  console.log(error.code);
}
