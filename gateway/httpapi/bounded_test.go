package httpapi

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// boundedData is what the data of the gateway's process may take, its heap above all: past it the kernel gives it
// nothing more, and it dies.
const boundedData = 1 << 30

// boundedGateway says in the environment that this process is the gateway, and no test.
const boundedGateway = "ROOTLINE_TEST_BOUNDED_GATEWAY"

// handed is what the gateway's process tells the test.
type handed struct {
	URL, Token string
	Event      EventsBody
}

// serveBounded is the gateway's process: it runs until its standard input ends.
func serveBounded(t *testing.T) {
	limit := syscall.Rlimit{Cur: boundedData, Max: boundedData}
	if err := syscall.Setrlimit(syscall.RLIMIT_DATA, &limit); err != nil {
		t.Fatal(err)
	}
	debug.SetMemoryLimit(boundedData * 3 / 4)
	debug.SetGCPercent(300) // as the gateway does
	w := newWorks(t)
	w.putPhoto()
	line, err := json.Marshal(handed{w.http.URL, w.signIn(w.nursery), EventsBody{Events: []rootline.Submission{w.Sign(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))}}})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("\n%s\n", line)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// Forty strangers send 8 MB each, at once, to a gateway in bounded memory. It lives, tells those beyond the bound to come
// later, and takes the event of a device that is signed in meanwhile.
func TestStrangersDoNotFillTheMemory(t *testing.T) {
	if os.Getenv(boundedGateway) != "" {
		serveBounded(t)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStrangersDoNotFillTheMemory$")
	cmd.Env = append(os.Environ(), boundedGateway+"=1")
	var faults bytes.Buffer
	cmd.Stderr = &faults
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gateway := awaitHanded(t, stdout)

	const strangers = 40
	admitted := int(workLimits.Guests / eventsBody)
	answers, rest := make(chan int, strangers), make(chan struct{})
	for i := range strangers {
		go func() { answers <- sendSlowly(gateway.URL, hostileBody(i), rest) }()
	}
	// Those who are admitted have sent half and hold on; all others are answered.
	for range strangers - admitted {
		if status := <-answers; status != http.StatusTooManyRequests {
			t.Errorf("a stranger beyond the bound is answered %d", status)
		}
	}
	body, _ := json.Marshal(gateway.Event)
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, gateway.URL+"/api/v1/events", bytes.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+gateway.Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err, faults.String())
	}
	answer, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusAccepted {
		t.Errorf("the signed-in device is answered %d: %s", res.StatusCode, answer)
	}
	close(rest)
	for range admitted {
		if status := <-answers; status != http.StatusBadRequest && status != http.StatusRequestEntityTooLarge && status != http.StatusUnprocessableEntity {
			t.Errorf("an admitted stranger is answered %d", status)
		}
	}
	peak := peakMemory(t, cmd.Process.Pid)
	t.Logf("the gateway took %d MiB at most", peak>>20)
	_ = stdin.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the gateway ended: %v\n%.2000s", err, faults.String())
	}
}

func awaitHanded(t *testing.T, stdout io.Reader) (h handed) {
	t.Helper()
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "{") {
			if err := json.Unmarshal(lines.Bytes(), &h); err != nil {
				t.Fatal(err)
			}
			go func() {
				for lines.Scan() { // so that it never waits for us
				}
			}()
			return h
		}
	}
	t.Fatal("the gateway did not start: ", lines.Err())
	return h
}

// hostileBody is 8 MB of JSON of one of several kinds that nobody signed.
func hostileBody(i int) []byte {
	var body string
	switch i % 4 {
	case 0:
		body = `{"events":[` + strings.Repeat(`{},`, eventsBody/3-10) + `{}]}`
	case 1:
		body = `{"events":[` + strings.Repeat(`{"jws":"`+strings.Repeat("a", rootline.MaxEventBytes-100)+`"},`, 31) + `{"jws":""}]}`
	case 2:
		body = `{"events":[{"jws":"a.b.c","inclusion":{"list":"X","index":1,"path":[` + strings.Repeat(`"",`, eventsBody/3-100) + `""]}}]}`
	case 3:
		body = `{"events":[{"jws":"` + strings.Repeat("a", eventsBody-100) + `"}]}`
	}
	return []byte(body[:min(len(body), eventsBody)])
}

// sendSlowly sends half of a body, and the rest when rest is closed, and returns the status of the answer; 0 for none.
func sendSlowly(url string, body []byte, rest <-chan struct{}) int {
	half := len(body) / 2
	r, w := io.Pipe()
	go func() {
		if _, err := w.Write(body[:half]); err == nil {
			<-rest
			_, _ = w.Write(body[half:])
		}
		_ = w.Close()
	}()
	defer r.Close()
	req, err := http.NewRequest(http.MethodPost, url+"/api/v1/events", r)
	if err != nil {
		return 0
	}
	req.ContentLength = int64(len(body))
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	res, err := client.Do(req)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// peakMemory is how much of a process was in memory at most, in bytes.
func peakMemory(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal("the gateway is gone: ", err)
	}
	for line := range strings.Lines(string(status)) {
		var kib int64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kib); n == 1 {
			return kib << 10
		}
	}
	t.Fatal("the gateway has died: ", string(status))
	return 0
}
