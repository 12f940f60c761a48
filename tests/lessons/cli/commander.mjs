// Subcommands, options with defaults, help and errors, by commander; colours, where there is a terminal, by chalk.
import chalk from 'chalk';
import { Command, InvalidArgumentError } from 'commander';

const positive = (value) => {
  const number = Number(value);
  if (!(number > 0)) throw new InvalidArgumentError('It has to be a number above 0.');
  return number;
};

const createProgram = () => {
  const program = new Command('shop').description('Looks after a shop.').exitOverride();
  program.configureOutput({ writeErr: (text) => console.log(text.trim()) });
  program
    .command('add <product>')
    .description('add a product')
    .option('-p, --price <euros>', 'what it costs', positive, 1)
    .action((product, { price }) => console.log(chalk.green('added'), product, 'for', price));
  program
    .command('list')
    .option('--no-sold-out', 'leave out what is not there')
    .action(({ soldOut }) => console.log('listing', soldOut ? 'everything' : 'what is there'));
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
};

const shop = (...args) => {
  console.log(chalk.bold('$ shop'), ...args);
  try {
    createProgram().parse(args, { from: 'user' });
  } catch ({ code, exitCode }) {
    console.log(`(${code}, exit code ${exitCode})`);
  }
};

shop('add', 'lamp', '--price', '12.50');
shop('list', '--no-sold-out');
shop('add', 'lamp', '--price', 'much');
shop('sell');
shop('add', '--help');
