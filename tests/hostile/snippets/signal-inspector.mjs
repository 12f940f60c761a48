process.kill(process.pid, 'SIGUSR1');
setTimeout(() => console.log('still here'), 300);
