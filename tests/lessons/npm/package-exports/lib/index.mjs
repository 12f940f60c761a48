export const kind = 'an ES module';
export const greet = (name) => `hello ${name}`;
