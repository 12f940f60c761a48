let number = 3n ** 5_000_000n;
for (;;) number = number * number % (10n ** 3_000_000n);
