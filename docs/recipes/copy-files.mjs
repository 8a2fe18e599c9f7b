/**
 * Copies the browser's files of the packages into `public/`, or the folder that is named, and writes the script's hash
 * into the page. Run it again after each update of the packages.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = 'public'] = process.argv.slice(2);
const packages = 'node_modules/@plural-otp';
for (const file of ['element/dist/plural-otp.min.js', 'element/dist/plural-otp.css', 'flow/dist/device-info.js']) {
  copyFileSync(join(packages, file), join(folder, file.slice(file.lastIndexOf('/') + 1)));
}
const { 'plural-otp.min.js': hash } = JSON.parse(readFileSync(join(packages, 'element/dist/integrity.json'), 'utf8'));
const page = join(folder, 'index.html');
const html = readFileSync(page, 'utf8');
writeFileSync(page, html.replace(/(src="\/plural-otp\.min\.js")( integrity="[^"]*")?/, `$1 integrity="${hash}"`));
