import { writeFileSync } from 'node:fs';
try {
  writeFileSync('/proc/self/oom_score_adj', '1000');
  console.log('written');
} catch (error) {
  console.log(error.code);
}
