import '../tokens.css';
import '../tokens.field.css';
import '../base.css';
import { mount } from 'svelte';
import App from './App.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('field/index.html has no #app');
mount(App, { target });
