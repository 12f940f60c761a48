// What Node cannot just remove the types of: enums, namespaces and parameter properties are code, and have to be compiled.

enum Role {
  Reader,
  Editor = 10,
  Admin,
}

enum Status {
  Open = 'open',
  Closed = 'closed',
}

namespace Permissions {
  const needed: Record<string, Role> = { read: Role.Reader, write: Role.Editor, delete: Role.Admin };
  export const may = (role: Role, action: string): boolean => role >= (needed[action] ?? Infinity);
}

class User {
  constructor(
    readonly name: string,
    private role: Role = Role.Reader,
  ) {}

  promote(): this {
    this.role = this.role === Role.Reader ? Role.Editor : Role.Admin;
    return this;
  }

  toString(): string {
    return `${this.name} (${Role[this.role]})`;
  }

  may(action: string): boolean {
    return Permissions.may(this.role, action);
  }
}

// A numeric enum is an object with both directions; one of strings has one.
console.log('Role:', Role);
console.log('Status:', Status);

const ada = new User('Ada');
for (let step = 0; step < 3; step += 1) {
  console.log(String(ada), ['read', 'write', 'delete', 'fly'].map((action) => `${action}: ${ada.may(action)}`).join(', '));
  ada.promote();
}

// "private" is for the compiler: at run time it is a property like any other.
console.log('own properties:', Object.keys(ada));
