import type { Decoder } from './decoder';

/** How the camera stands; each is a screen of its own. unread: what reads codes was never fetched, and there is no network. */
export type CameraState = 'idle' | 'asking' | 'on' | 'denied' | 'none' | 'busy' | 'insecure' | 'broken' | 'unread';

/** Milliseconds between two looks at least; a slow phone rests twice as long as it looked. */
const pause = 90;
/** Milliseconds in which the same code in front of the camera counts as one scan. */
const again = 2000;

/** The camera at the back, and what it reads. */
export class Camera {
  state = $state<CameraState>('idle');
  /** Whether it has a light, and whether that is on. */
  torch = $state<'none' | 'off' | 'on'>('none');
  #stream: MediaStream | undefined;
  #video: HTMLVideoElement | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = { text: '', at: -Infinity };
  readonly #onscan: (text: string) => void;

  constructor(onscan: (text: string) => void) {
    this.#onscan = onscan;
  }

  /** Whether the person allowed it before: then it opens without another question. */
  static async allowed(): Promise<boolean> {
    try {
      return (await navigator.permissions.query({ name: 'camera' as PermissionName })).state === 'granted';
    } catch {
      return false;
    }
  }

  async start(video: HTMLVideoElement): Promise<void> {
    this.stop();
    if (!isSecureContext || navigator.mediaDevices === undefined) {
      this.state = 'insecure';
      return;
    }
    this.state = 'asking';
    // The decoder comes while the camera warms up.
    const decoder = import('./decoder').then((d) => d.openDecoder());
    decoder.catch(() => undefined);
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
      });
    } catch (e) {
      this.state = whyNot(e);
      return;
    }
    if (this.state !== 'asking') {
      this.#release(); // stopped while the person was asked
      return;
    }
    const track = this.#stream.getVideoTracks()[0];
    track?.addEventListener('ended', () => {
      if (this.state === 'on') this.stop('busy');
    });
    const able = track?.getCapabilities?.() as { torch?: boolean } | undefined;
    this.torch = able?.torch ? 'off' : 'none';
    this.#video = video;
    video.srcObject = this.#stream;
    let found: Decoder;
    try {
      found = await decoder;
    } catch {
      return this.stop('unread');
    }
    if (this.#stream === undefined) return; // stopped meanwhile
    try {
      await video.play();
      this.state = 'on';
      await this.#look(video, found);
    } catch {
      if (this.#stream !== undefined) this.stop('broken');
    }
  }

  async #look(video: HTMLVideoElement, decoder: Decoder): Promise<void> {
    const began = performance.now();
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !document.hidden) {
      try {
        const [text] = await decoder.decode(video);
        if (text !== undefined) this.#read(text);
      } catch {
        // A frame that cannot be read is followed by the next one.
      }
    }
    if (this.state !== 'on') return;
    this.#timer = setTimeout(() => void this.#look(video, decoder), Math.max(pause, 2 * (performance.now() - began)));
  }

  #read(text: string): void {
    const now = performance.now();
    const same = text === this.#last.text && now - this.#last.at < again;
    this.#last = { text, at: now };
    if (!same && this.state === 'on') this.#onscan(text);
  }

  async switchTorch(): Promise<void> {
    const on = this.torch !== 'on';
    try {
      await this.#stream?.getVideoTracks()[0]?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
      this.torch = on ? 'on' : 'off';
    } catch {
      this.torch = 'none';
    }
  }

  stop(then: CameraState = 'idle'): void {
    clearTimeout(this.#timer);
    this.#release();
    this.state = then;
    this.torch = 'none';
  }

  #release(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    if (this.#video) this.#video.srcObject = null;
    this.#video = undefined;
  }
}

function whyNot(e: unknown): CameraState {
  switch (e instanceof DOMException ? e.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
  }
  return 'broken';
}
