import '../style/tokens.css';
import '../style/tokens.field.css';
import '../style/base.css';
import { mount } from 'svelte';
import { keepShown } from '../core/shown';
import Enrol from './Enrol.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('enrol/index.html has no #app');
keepShown(document.documentElement);
mount(Enrol, { target });
