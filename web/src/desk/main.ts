import '../tokens.css';
import '../base.css';
import './desk.css';
import { mount } from 'svelte';
import App from './App.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('desk/index.html has no #app');
mount(App, { target });
