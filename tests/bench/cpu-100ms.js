// 100 ms of computing.
const { user, system } = process.cpuUsage();
const used = () => { const now = process.cpuUsage(); return now.user - user + now.system - system; };
let sum = 0;
while (used() < 100_000) for (let i = 0; i < 10_000; i++) sum += Math.sqrt(i);
console.log(sum > 0);
