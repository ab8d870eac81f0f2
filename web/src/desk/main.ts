import { mount } from 'svelte';
import '../base.css';
import '../tokens.css';
import App from './App.svelte';
import './desk.css';

const target = document.getElementById('app');
if (target === null) throw new Error('desk/index.html has no #app');
mount(App, { target });
