// The N+1 problem: a list of posts asks for its authors one by one. A loader collects what one turn of the event loop
// asks for and makes a single query of it.
import { GraphQLList, GraphQLObjectType, GraphQLSchema, GraphQLString, graphql } from 'graphql';

const authors = { 1: 'Ada', 2: 'Alan', 3: 'Grace' };
const posts = [1, 2, 1, 3].map((authorId, i) => ({ title: `post ${i + 1}`, authorId }));

const queries = [];
const findAuthors = async (ids) => {
  queries.push(`select name from authors where id in (${ids})`);
  return ids.map((id) => authors[id]);
};

const createLoader = (batch) => {
  const cache = new Map();
  let waiting = [];
  const flush = async () => {
    const jobs = waiting;
    waiting = [];
    const values = await batch(jobs.map(({ key }) => key));
    jobs.forEach(({ resolve }, i) => resolve(values[i]));
  };
  return (key) => {
    if (!cache.has(key)) {
      if (waiting.length === 0) setImmediate(flush);
      cache.set(key, new Promise((resolve) => waiting.push({ key, resolve })));
    }
    return cache.get(key);
  };
};

const Post = new GraphQLObjectType({
  name: 'Post',
  fields: {
    title: { type: GraphQLString },
    author: { type: GraphQLString, resolve: ({ authorId }, _args, { author }) => author(authorId) },
  },
});
const Query = new GraphQLObjectType({
  name: 'Query',
  fields: { posts: { type: new GraphQLList(Post), resolve: () => posts } },
});
const schema = new GraphQLSchema({ query: Query });

const run = async (title, author) => {
  queries.length = 0;
  const { data } = await graphql({ schema, source: '{ posts { title author } }', contextValue: { author } });
  console.log(title, data.posts.map(({ author: name }) => name).join(' '));
  for (const query of queries) console.log('   ', query);
};

await run('one by one:', async (id) => (await findAuthors([id]))[0]);
await run('in a batch:', createLoader(findAuthors));
