import '../style/tokens.css';
import '../style/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { keepShown } from '../core/shown';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
keepShown(document.documentElement);
mount(App, { target });
