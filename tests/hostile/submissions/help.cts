enum Kind { Text = 'secret-8261' }
module.exports = { check(value: unknown) { if (value !== Kind.Text) throw new Error('differs'); } };
