declare module 'saxen' {
  /** A streaming XML parser. Handlers are called while parse runs; attributes are read only when asked for. */
  export class Parser {
    on(name: 'openTag', handler: (tag: string, attributes: () => Readonly<Record<string, string>>, decode: (s: string) => string) => void): this;
    on(name: 'closeTag', handler: (tag: string) => void): this;
    on(name: 'text' , handler: (text: string, decode: (s: string) => string) => void): this;
    on(name: 'cdata', handler: (text: string) => void): this;
    on(name: 'error', handler: (error: Error) => void): this;
    parse(xml: string): this;
    stop(): this;
  }
}
