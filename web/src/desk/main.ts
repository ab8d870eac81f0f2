import { mount } from 'svelte';
import '../style/base.css';
import '../style/tokens.css';
import App from './App.svelte';
import { keepShown } from '../core/shown';
import './desk.css';

const target = document.getElementById('app');
if (target === null) throw new Error('desk/index.html has no #app');
keepShown(document.documentElement);
mount(App, { target });
