// TypeScript as Node runs it: the types are removed, nothing is checked.
interface User {
  name: string;
  age?: number;
}
type Greeting = `hello ${string}`;

const greet = ({ name }: User): Greeting => `hello ${name}`;
const oldest = <T extends User>(users: readonly T[]): T | undefined =>
  users.toSorted((a, b) => (b.age ?? 0) - (a.age ?? 0))[0];

const users: User[] = [{ name: 'Alan' }, { name: 'Ada', age: 36 }];
for (const user of users) console.log(greet(user), user.age satisfies number | undefined);
console.log('the oldest is', oldest(users)!.name);

const wrong: number = 'a type error does not stop a run' as unknown as number;
console.log(typeof wrong);
