// Passwords are kept as bcrypt hashes only.
import bcrypt from 'bcryptjs';

const users = new Map([['ada@example.org', { id: 1, name: 'Ada', hash: await bcrypt.hash('analytical', 8) }]]);
const nobody = { hash: await bcrypt.hash('', 8) };

export const authenticate = async ({ email, password }) => {
  // Compared in any case, so that it takes as long for an address that is not known.
  const user = users.get(email) ?? nobody;
  const matches = await bcrypt.compare(password, user.hash);
  return matches && user !== nobody ? { id: user.id, name: user.name } : null;
};
