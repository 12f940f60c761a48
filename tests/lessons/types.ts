// TypeScript as Node runs it: the types are removed, nothing is checked.
interface User {
  name: string;
  age?: number;
}
type Greeting = `hello ${string}`;
const greet = ({ name }: User): Greeting => `hello ${name}`;
const users: User[] = [{ name: 'Ada', age: 36 }, { name: 'Alan' }];
for (const user of users) console.log(greet(user), user.age satisfies number | undefined);
