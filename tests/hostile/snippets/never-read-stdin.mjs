setTimeout(() => console.log('did not look'), 300);
