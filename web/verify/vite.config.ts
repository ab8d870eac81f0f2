import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

// The page that verifies proofs is one file, which works from disk: script and style stand in it, and its policy names them by
// their hashes and lets it reach nothing else. It is not minified, so that who audits it can read what is served.

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Puts script and style into the page, and the page's SHA-256 beside it. */
function oneFile(): Plugin {
  return {
    name: 'rootline:one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const files = Object.values(bundle);
      const text = (end: string): string => {
        const found = files.filter((f) => f.fileName.endsWith(end));
        if (found.length !== 1) throw new Error(`${found.length} files end in ${end}; one belongs into the page`);
        const [file] = found;
        delete bundle[file!.fileName];
        return file!.type === 'chunk' ? file!.code : String(file!.source);
      };
      const page = files.find((f) => f.fileName.endsWith('.html'));
      if (page?.type !== 'asset') throw new Error('there is no page');
      // A closing tag in a text of the script would end it.
      const script = `\n${text('.js').replaceAll('</script', '<\\/script')}`;
      const style = `\n${text('.css')}`;
      const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
      const html = String(page.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, '')
        .replace(/\s*<link rel="stylesheet"[^>]*>/, '')
        .replace('<meta charset="utf-8" />', () => `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`)
        .replace('</head>', () => `  <style>${style}</style>\n    <script type="module">${script}</script>\n  </head>`);
      page.source = html;
      this.emitFile({ type: 'asset', fileName: 'verify/sha256.txt', source: `${createHash('sha256').update(html).digest('hex')}  rootline-verify.html\n` });
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [oneFile()],
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: false,
    minify: false,
    cssMinify: false,
    cssCodeSplit: false,
    modulePreload: false,
    rollupOptions: { input: 'verify/index.html' },
  },
});
