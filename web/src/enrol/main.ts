import '../tokens.css';
import '../tokens.field.css';
import '../base.css';
import { mount } from 'svelte';
import Enrol from './Enrol.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('enrol/index.html has no #app');
mount(Enrol, { target });
