// A GraphQL schema and its resolvers: the client says which fields it wants, and each field is a function.
import { buildSchema, graphql } from 'graphql';

const schema = buildSchema(`
  type Author { name: String! books: [Book!]! }
  type Book { title: String! year: Int author: Author! }
  type Query { book(title: String!): Book  authors: [Author!]! }
  type Mutation { addBook(author: String!, title: String!, year: Int): Book! }
`);

const books = [
  { title: 'Emma', year: 1815, author: 'Austen' },
  { title: 'Persuasion', year: 1817, author: 'Austen' },
];

const asBook = (book) => ({ ...book, author: () => asAuthor(book.author) });
const asAuthor = (name) => ({ name, books: () => books.filter(({ author }) => author === name).map(asBook) });
const rootValue = {
  book: ({ title }) => {
    const book = books.find((candidate) => candidate.title === title);
    return book && asBook(book);
  },
  authors: () => [...new Set(books.map(({ author }) => author))].map(asAuthor),
  addBook: (book) => {
    if (books.some(({ title }) => title === book.title)) throw new Error(`${book.title} is there already`);
    books.push(book);
    return asBook(book);
  },
};

const ask = async (source, variableValues) => {
  const { data, errors } = await graphql({ schema, source, rootValue, variableValues });
  if (data) console.log(JSON.stringify(data));
  for (const { message, path } of errors ?? []) console.log('error:', message, path ?? '');
};

await ask('{ book(title: "Emma") { title author { books { title } } } }');
const add = 'mutation ($title: String!) { addBook(author: "Eliot", title: $title, year: 1871) { title year } }';
await ask(add, { title: 'Middlemarch' });
await ask(add, { title: 'Middlemarch' });
await ask('{ authors { name books { year } } }');
await ask('{ authors { age } }');
