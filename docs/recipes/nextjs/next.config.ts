export default {
  // The page is a file in public/ until you write app/page.tsx, which then takes its place.
  rewrites: async () => [{ source: '/', destination: '/index.html' }],
};
