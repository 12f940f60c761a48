console.log('greet.mjs runs');
export const greet = (name) => `hello ${name}`;
