import './define.ts';

export * from './class.ts';
