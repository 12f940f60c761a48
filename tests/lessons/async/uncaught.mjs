// An error nobody catches: the message, the stack and the exit code.
class ValidationError extends Error {
  constructor(message, field) {
    super(message);
    this.name = 'ValidationError';
    this.field = field;
  }
}
const validate = ({ email }) => {
  if (!email?.includes('@')) throw new ValidationError('that is no address', 'email');
};
console.log('before');
validate({ email: 'ada' });
console.log('never');
