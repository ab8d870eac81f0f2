import { describe, expect, it } from 'vitest';
import { bytesOf, unhex } from './bytes';
import { NotJson, readJson, readObject, writtenLength } from './json';

const read = (text: string) => readJson(bytesOf(text));

describe('strict JSON', () => {
  it.each([['{"a":[1,-2,true,false,null,"x"]}'], [' {\n"b" : { } } '], ['"\\u6839\\ud83c\\udf32\\n"'], ['9007199254740991'], ['[]']])('reads %s', (text) => {
    const plain = (v: unknown): unknown => (v instanceof Map ? Object.fromEntries([...v].map(([k, e]) => [k, plain(e)])) : Array.isArray(v) ? v.map(plain) : v);
    expect(plain(read(text))).toEqual(JSON.parse(text));
  });

  it('keeps names that mean something elsewhere', () => expect(readObject(bytesOf('{"__proto__":1,"constructor":2}')).get('__proto__')).toBe(1));

  it.each([['{"a":1,"a":2}'], ['{"a":1,"\\u0061":2}'], ['1.0'], ['1e3'], ['-0'], ['01'], ['9007199254740992'], ['+1'], ['{"a":1,}'], ['[1,]'], ['[1 2]'], ['{a:1}'], ["{'a':1}"], ['"\\x"'], ['"\t"'], ['"\\ud800"'],
    ['"\\udc00\\ud800"'], ['nul'], [''], ['{} {}'], ['{"a"}'], ['[1'], ['"'], ['\ufeff{}'], ['\u00a0{}'], [`${'['.repeat(9)}${']'.repeat(9)}`]])('refuses %s', (text) => expect(() => read(text)).toThrow(NotJson));

  it('refuses bytes that are no text', () => expect(() => readJson(unhex('22ff22')!)).toThrow(NotJson));
  it('says how long a member is as it is written', () => {
    for (const [text, n] of [['{"a": {"data":12} , "data" : {"x": "\u6839"} }', 12], ['{"data":[ ]}', 3], ['{"a":1}', 0]] as const) expect(writtenLength(bytesOf(text), 'data'), text).toBe(n);
  });
  it('bounds nesting', () => expect(() => read(`${'['.repeat(8)}${']'.repeat(8)}`)).not.toThrow());
  it('reads an object where one is asked for', () => expect(() => readObject(bytesOf('[]'))).toThrow(NotJson));
});
