Buffer.alloc(2 ** 31, 1);
