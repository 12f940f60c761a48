// An error in code that was compiled names line and column of the source.

interface Account {
  readonly owner: string;
  balance: number;
}

enum Reason {
  Overdrawn = 'overdrawn',
}

class Bank {
  constructor(private readonly accounts: Account[]) {}

  withdraw(owner: string, amount: number): void {
    const account = this.accounts.find((each) => each.owner === owner)!;
    if (account.balance < amount) throw new Error(Reason.Overdrawn);
    account.balance -= amount;
  }
}

const bank = new Bank([{ owner: 'Ada', balance: 10 }]);
bank.withdraw('Ada', 7);
console.log('7 is fine');
bank.withdraw('Ada', 7);
