import { expect, test } from 'vitest';
import { addColumn, columnsOf, dropColumn, newRow, type Book } from './tables';
import { put, readText } from './text';

const opened = (text: string): Book & { text: string } => {
  let read = readText(text);
  return {
    get value() {
      return read.value;
    },
    get text() {
      return read.text;
    },
    put(path, value) {
      read = put(read, path, value);
    },
  };
};

test('a column takes the numbers that stood alone, and they stand alone again without it', () => {
  const alone = 'tables:\n  t:\n    rows: {"1": 95, b: 93} # by class\n    default: 91\n';
  const book = opened(alone);
  expect(columnsOf(book.value, 't')).toEqual([]);
  addColumn(book, 't', 'degree');
  expect(book.text).toBe('tables:\n  t:\n    rows: {"1": {degree: 95}, b: {degree: 93}} # by class\n    default: {degree: 91}\n');
  addColumn(book, 't', 'samples');
  expect([columnsOf(book.value, 't'), newRow(['degree', 'samples'])]).toEqual([['degree', 'samples'], { degree: '', samples: '' }]);
  dropColumn(book, 't', 'samples');
  dropColumn(book, 't', 'degree');
  expect(book.text).toBe(alone);
});

test('a row of a table without columns is one number, still to be written', () => expect(newRow(columnsOf(readText('tables: {t: {rows: {a: 1}}}').value, 't'))).toBe(''));
