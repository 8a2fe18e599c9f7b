/** The site: static pages, built from the Markdown of the repository. */
import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import { createSidebar } from './src/repository/sidebar.ts';
import { toUrl } from './src/repository/urls.ts';

/** Path below which the site is served, for example `/plural-native-otp/`. */
const base = process.env['SITE_BASE'] ?? '/';

const site = process.env['SITE_URL'];

// Programs that show a shared link need the whole address of its picture.
const share = site === undefined ? undefined : new URL(toUrl('share.png'), site).href;

export default defineConfig({
  base,
  ...(site !== undefined && { site }),
  output: 'static',
  trailingSlash: 'always',
  // Nothing is optimized that a machine without image libraries could not build.
  image: { service: { entrypoint: 'astro/assets/services/noop' } },
  // Keeps the space between words and links.
  compressHTML: false,
  devToolbar: { enabled: false },
  vite: {
    environments: {
      client: {
        build: {
          rolldownOptions: {
            output: {
              codeSplitting: {
                // Home page and sandbox page share it. One file is smaller, compressed, than one per way of sharing.
                groups: [{ name: 'shop-in-tab', test: /\/(?:(?:shop|step)-in-tab\.ts|element\/dist\/index\.js)$/ }],
              },
            },
          },
        },
      },
    },
  },
  integrations: [
    starlight({
      title: 'Plural Native OTP kit',
      description: 'Take a 3-D Secure card payment with the bank’s OTP on your own page, through Plural.',
      favicon: '/mark.svg',
      head: [
        { tag: 'link', attrs: { rel: 'apple-touch-icon', href: toUrl('touch-icon.png') } },
        ...(share === undefined ? [] : [{ tag: 'meta' as const, attrs: { property: 'og:image', content: share } }]),
      ],
      logo: { src: './public/mark.svg', alt: '' },
      sidebar: createSidebar(),
      customCss: ['./src/layouts/docs.css'],
      lastUpdated: false,
      credits: false,
      // The home page draws its code with two themes of its own.
      // Wrapped lines need no scrolling, and so no region without a name for each block.
      expressiveCode: { removeUnusedThemes: false, defaultProps: { wrap: true } },
    }),
  ],
});
