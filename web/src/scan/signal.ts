let sound: AudioContext | undefined;

/** One tone, without a click at either end. */
function tone(context: AudioContext, hertz: number, at: number, seconds: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.25, at + 0.01);
  gain.gain.setValueAtTime(0.25, at + seconds - 0.02);
  gain.gain.linearRampToValueAtTime(0, at + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}

/**
 * Tells hand and ear how it went, for who does not look: one high tone and a short buzz when it was good, two low ones and
 * a long buzz when it was refused. Where a phone has neither, nothing happens.
 */
export function signal(good: boolean): void {
  navigator.vibrate?.(good ? 40 : [120, 60, 120]);
  try {
    sound ??= new AudioContext();
    void sound.resume();
    const now = sound.currentTime;
    if (good) tone(sound, 1320, now, 0.09);
    else for (const n of [0, 1]) tone(sound, 330, now + n * 0.2, 0.15);
  } catch {
    // A phone without sound: the screen says it too.
  }
}
